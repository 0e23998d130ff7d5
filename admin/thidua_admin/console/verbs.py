"""How a console view changes anything: through a use case, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash
from flask_admin.helpers import get_form_data, is_form_submitted
from flask_babel import gettext
from psycopg.errors import DeadlockDetected, UniqueViolation
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from wtforms import Form, HiddenField

from thidua.errors import Invalid, ThiduaError
from thidua.store.base import Base
from thidua_admin.security import db_session

T = TypeVar("T")

MEANWHILE = DeadlockDetected, UniqueViolation
"""What the database says to one of two who write the same at the same moment."""


def through(verb: Callable[[], T]) -> T | None:
    """Do one thing that a person does and commit it, or undo it all and flash the refusal.

    ``None`` when it was refused, or when others wrote the same rows at the same moment. Errors
    that are no refusals are not caught.
    """
    session = db_session()
    try:
        made = verb()
        session.commit()
    except ThiduaError as refusal:
        session.rollback()
        for sentence in sentences(refusal):
            flash(sentence, "error")
        return None
    except (StaleDataError, DBAPIError) as error:
        session.rollback()
        if isinstance(error, DBAPIError) and not isinstance(error.orig, MEANWHILE):
            raise
        flash_stale()
        return None
    return made


def tried(verb: Callable[[], T]) -> T | None:
    """What one thing would make, undone at once; ``None`` with the refusal flashed."""
    session = db_session()
    try:
        with session.begin_nested() as trial:
            made = verb()
            trial.rollback()
    except ThiduaError as refusal:
        for sentence in sentences(refusal):
            flash(sentence, "error")
        return None
    return made


def sentences(refusal: ThiduaError) -> list[str]:
    """What a refusal says, each problem of an ``Invalid`` by itself."""
    if isinstance(refusal, Invalid):
        return [str(problem) for problem in refusal.problems]
    return [str(refusal)]


def flash_stale() -> None:
    """Say that what the form was opened with has changed since."""
    flash(
        gettext("Dòng này đã được người khác sửa sau khi bạn mở. Hãy tải lại trang rồi sửa lại."),
        "error",
    )


class Verbs:
    """A view whose writes are use cases: it says which, Flask-Admin's own writing is cut off."""

    def create_by(self, form: Form) -> Base:
        """The use case behind "new"; returns what was made."""
        raise NotImplementedError

    def change_by(self, form: Form, model: Any) -> object:
        """The use case behind "edit"."""
        raise NotImplementedError

    def remove_by(self, model: Any) -> object:
        """The use case behind "delete"."""
        raise NotImplementedError

    def create_model(self, form: Form) -> Base | None:
        """What was made; ``None`` when it was refused."""
        return through(lambda: self.create_by(form))

    def update_model(self, form: Form, model: Any) -> bool:
        """Whether it was done."""
        return through(lambda: (self.change_by(form, model),)) is not None

    def delete_model(self, model: Any) -> bool:
        """Whether it was done."""
        return through(lambda: (self.remove_by(model),)) is not None


class ReadOnly:
    """A view that only shows."""

    can_create = False
    can_edit = False
    can_delete = False
    can_view_details = True


class VersionGuard:
    """Edit forms carry the version they were opened with; a stale one is refused.

    The model is ``Versioned``; stands before ``Verbs``. The use case compares again, in its lock.
    """

    def shown(self, model: Any) -> dict[str, Any]:
        """The fields of an edit form as it opens, by name."""
        raise NotImplementedError

    def get_edit_form(self) -> type[Form]:
        """The view's form with the version in it."""
        form: type[Form] = super().get_edit_form()  # type: ignore[misc]
        return type("EditForm", (form,), {"row_version": HiddenField()})

    def edit_form(self, obj: Any = None) -> Form:
        """The form as it is opened or as it was submitted, with the version it was opened with."""
        if is_form_submitted():
            return self._edit_form_class(get_form_data())  # type: ignore[attr-defined]
        version = str(obj.row_version)
        return self._edit_form_class(row_version=version, **self.shown(obj))  # type: ignore[attr-defined]

    def update_model(self, form: Form, model: Any) -> bool:
        """Refuse the stale form, else do it."""
        if form.row_version.data != str(model.row_version):
            flash_stale()
            return False
        done: bool = super().update_model(form, model)  # type: ignore[misc]
        return done
