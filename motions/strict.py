"""What files and foreign systems say, read strictly: a key nobody knows is refused; knows no file."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A frozen model that takes nothing it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")
