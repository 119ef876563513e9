"""New passwords: the rules of `domain` where the sign-in library asks for them."""

from __future__ import annotations

from typing import Any

from flask_security import PasswordUtil

from lms.accounts import domain


class PasswordRules(PasswordUtil):
    """Length and unlikeliness instead of composition; nobody is asked over the network."""

    def validate(self, password: str, is_register: bool, **context: Any) -> tuple[list[str] | None, str]:
        plain: str = self.normalize(password)
        person = context.get("user")
        name = person.name if person is not None else context.get("name")
        email = person.email if person is not None else context.get("email")
        fault = domain.password_fault(plain, name=name or "", email=email or "")
        return ([fault] if fault else None), plain
