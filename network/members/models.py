"""Models of this subject."""

__all__: list[str] = []
