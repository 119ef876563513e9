"""Corrects items of a course, as an author does between two releases."""

from __future__ import annotations

from collections.abc import Callable

from lms.content.course import Course, Item


def with_item(value: Course, key: str, change: Callable[[Item], Item | None]) -> Course:
    """The course with one item of a quiz's bank changed; without it where the change gives None."""

    def changed(items: tuple[Item, ...]) -> tuple[Item, ...]:
        found = (change(item) if item.key == key else item for item in items)
        return tuple(item for item in found if item is not None)

    return value.model_copy(
        update={
            "modules": tuple(
                module.model_copy(update={"quiz": module.quiz.model_copy(update={"items": changed(module.quiz.items)})})
                for module in value.modules
            )
        }
    )


def keyed(item: Item, *right: str) -> Item:
    """The item with these options right, and no others."""
    options = tuple(option.model_copy(update={"correct": option.key in right}) for option in item.options)
    return item.model_copy(update={"options": options})


def other_key(item: Item) -> Item:
    """The item with another of its options right: the first one that was wrong."""
    return keyed(item, next(option.key for option in item.options if not option.correct))


def withdrawn(_item: Item) -> None:
    """Takes an item out."""
