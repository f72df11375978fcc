"""A receipt was lost: the office checks in person who it is, and the request gets a new secret. The old one ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import sealing
from portal.errors import require
from portal.rates import count_key
from portal.sealing import Unreadable
from services.inbox import envelopes
from services.inbox.beats import NotPossible, hold, save, there_is_news
from services.inbox.codes import Verb
from services.inbox.history import record
from services.inbox.models import Case, CaseKey, Submission
from services.inbox.permissions import can_renew_receipt
from services.inbox.receipts import DAY, Receipt
from services.inbox.sending import PreparedReceipt, prepare_receipt
from services.inbox.statuses import Recipient

if TYPE_CHECKING:
    from portal.models import User

RENEWALS_PER_DAY = 3
"""New secrets of one request in a day: more is no lost paper."""


def renew_receipt(*, case: Case, by: User, identity_checked: bool) -> Receipt:
    """A new secret for the number of this case, to be handed over on paper. It exists nowhere else.

    The sealed keys of the old secret are replaced in all cases of the request, and whoever has the status page open
    with it is out. Raises `NotPossible` without a check of who the person is, or where nothing can be read any more.
    """
    require(can_renew_receipt(by, case))
    if not identity_checked:
        raise NotPossible(_("First check in person who it is."))
    count_key(f"renew:{case.submission_id}", RENEWALS_PER_DAY, DAY)
    # Slow on purpose, hence before the transaction. The place of the private key is the submission's own.
    return _replace(case, by, prepare_receipt(case.submission_id))


@transaction.atomic
def _replace(case: Case, by: User, prepared: PreparedReceipt) -> Receipt:
    submission = Submission.objects.select_for_update().get(pk=case.submission_id)
    renewed = 0
    for other in submission.cases.order_by("pk"):
        row = hold(other)
        wraps = CaseKey.objects.filter(case=row, recipient=Recipient.APPLICANT)
        if not wraps.exists():  # withdrawn or erased
            continue
        try:
            key = envelopes.key_for_office(row)
        except Unreadable:
            key = envelopes.key_from_escrow(row)
        wraps.update(sealed=sealing.seal(key, prepared.public))
        record(row, Verb.RENEWED, actor=by)
        there_is_news(row, timezone.now())  # its owner should hear of it, in case it was somebody else
        save(row)
        renewed += 1
    if not renewed:
        raise NotPossible(_("What was written here has been erased."))
    submission.receipt_salt = prepared.salt
    submission.applicant_public, submission.applicant_private_ct = prepared.public, prepared.private_ct
    submission.save(update_fields=["receipt_salt", "applicant_public", "applicant_private_ct"])
    return Receipt(submission.number, prepared.secret)
