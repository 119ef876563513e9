"""Before and after a course: questions that are not graded, confidence, and what changed between both."""
