"""Drafts of e-mails (RFC 5322) that a mail program opens, completes and sends. p2ptrack sends nothing.

A draft has no address: the sender fills it in. The same content gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail."""

    name: str
    media_type: str
    data: bytes


def write_email(subject: str, text: str, html: str, attachments: Sequence[Attachment] = ()) -> bytes:
    """Return a draft with the same content as plain text and as HTML, and with files."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(subject.split())
    message["X-Unsent"] = "1"  # Outlook opens it as a draft
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for attachment in attachments:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.data, maintype=main, subtype=sub, filename=attachment.name)
    digest = hashlib.sha256(f"{subject}\0{text}\0{html}".encode()).hexdigest()[:24]
    multiparts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(multiparts):
        part.set_boundary(f"p2ptrack_{number}_{digest}")
    return message.as_bytes()
