"""What a folder of records is of: the survey and all that was asked, so that it can be read without the server."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from chalicelib.questionnaire.base import Frozen, SurveyId
from chalicelib.questionnaire.codebook import Codebook, codebook_of
from chalicelib.questionnaire.definition import Questionnaire
from operation.errors import OperatorError
from operation.files import stored_file
from operation.records.columns import merged
from operation.records.new_files import new_file

CONTENTS = "questionnaires.json"
#: More bytes than the versions of any survey have; what is cut there is no JSON.
_MOST = 100_000_000


class Contents(Frozen):
    """``records``: how many there are; ``versions``: by number, the questionnaires that respondents met."""

    format: Literal["paraply records 1"] = "paraply records 1"
    survey: SurveyId
    records: Annotated[int, Field(ge=0)]
    versions: Annotated[dict[int, Questionnaire], Field(min_length=1)]

    @cached_property
    def codebooks(self) -> Mapping[int, Codebook]:
        """By version, its variables; the earliest first."""
        return {number: codebook_of(self.versions[number]) for number in sorted(self.versions)}

    @cached_property
    def codebook(self) -> Codebook:
        """The variables that any version had."""
        return merged(list(self.codebooks.values()))

    def write(self, folder: Path) -> None:
        """Into ``folder``, where no file of that name may be."""
        with new_file(folder / CONTENTS) as file:
            file.write(self.model_dump_json(exclude_none=True).encode())

    @classmethod
    def read(cls, folder: Path) -> Contents:
        """What :meth:`write` wrote. Raises :class:`OperatorError` where it is not there, or something else."""
        path = folder / CONTENTS
        try:
            with stored_file(path) as file:
                return cls.model_validate_json(file.read(_MOST))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise OperatorError(
                f"{folder} is no folder of records: it has no {CONTENTS}. Make one with:"
                " manage.py export SURVEY --to FOLDER"
            ) from error
        except ValidationError as error:
            raise OperatorError(
                f"{path} is damaged, or of another version of Paraply. Export the records anew."
            ) from error
