"""Objects in JSON that have the members they declare, and no other."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

CLOSED = ConfigDict(extra="forbid")


class Closed(BaseModel):
    """An object with these members and no other."""

    model_config = CLOSED
