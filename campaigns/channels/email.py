"""E-mail by Django's mail API: whatever server EMAIL_HOST names.

SMTP has no question "did you get it": an answer that is lost leaves a letter uncertain for ever (docs/adr/0022).
What is certain: nothing was taken before the connection stood, nor with the server's own 4xx and 5xx. Its words quote
addresses: only its codes are passed on.
"""

import smtplib
from email.utils import parseaddr
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from customers.enums import Channel as SpokenBy
from customers.enums import ContactKind, Purpose

from ..enums import TouchChannel
from ..errors import AnswerLost, ChannelError, DeadNumber, NotNow
from .base import Channel, Letter

# Below everything that nobody needs for their car: how to get no more of it (G5).
OPT_OUT = "不想再收到这类邮件，直接回复“退订”两个字就行。"
# "There is no such mailbox" (RFC 3463, X.1.X), as against "not from you" and "not now".
NO_SUCH = b"5.1."


class Email(Channel):
    name, label, word = "email", "邮件", "邮件"
    reaches, words, spoken_by = ContactKind.EMAIL, TouchChannel.WECHAT, SpokenBy.EMAIL
    # Mail servers take a sender in a hurry for a spammer.
    a_second = 2

    def __init__(self):
        self.day_most, self.day_most_fen = settings.EMAIL_DAY_MOST, 0

    def send(self, letter: Letter) -> str:
        if not settings.EMAIL_FROM:
            raise NotNow("还没有填发件邮箱 EMAIL_FROM", halts=True)
        connection = get_connection()
        _open(connection)
        try:
            _hand_over(connection, _mail(letter))
        finally:
            _close(connection)
        return ""


def _mail(letter: Letter) -> EmailMessage:
    ours = parseaddr(settings.EMAIL_FROM)[1]
    headers, body = {"Message-ID": f"<{letter.ref}@{ours.rpartition('@')[2]}>"}, letter.body
    if letter.purpose != Purpose.SERVICE:
        answers = parseaddr(settings.EMAIL_REPLY_TO)[1] or ours
        headers["List-Unsubscribe"] = f"<mailto:{answers}?subject={quote('退订')}>"
        body = f"{body}\n\n{OPT_OUT}"
    reply_to = [settings.EMAIL_REPLY_TO] if settings.EMAIL_REPLY_TO else []
    subject = " ".join(letter.subject.split())
    return EmailMessage(subject, body, settings.EMAIL_FROM, [letter.to], headers=headers, reply_to=reply_to)


def _open(connection) -> None:
    """Until it stands nothing has been said: whatever goes wrong, certainly nothing was taken."""
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError:
        raise NotNow("邮件服务器不认账号或授权码", halts=True) from None
    except (smtplib.SMTPException, OSError):
        raise NotNow("连不上邮件服务器") from None


def _hand_over(connection, mail: EmailMessage) -> None:
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refusal:
        raise _refusal(*next(iter(refusal.recipients.values())), halts=False) from None
    except smtplib.SMTPSenderRefused as refusal:
        raise _refusal(refusal.smtp_code, refusal.smtp_error, halts=True) from None
    except smtplib.SMTPDataError as refusal:
        raise _refusal(refusal.smtp_code, refusal.smtp_error, halts=False) from None
    except (smtplib.SMTPException, OSError):
        raise AnswerLost("邮件服务器没有答复") from None


def _refusal(code: int, words: bytes | str, *, halts: bool) -> Exception:
    """What a 4xx or 5xx means; `halts` says that it was about us and would be the same for everybody."""
    said = words.encode(errors="replace") if isinstance(words, str) else words
    if 400 <= code < 500:
        return NotNow(f"邮件服务器现在不收（{code}）")
    if halts:
        return NotNow(f"邮件服务器不让这个账号发（{code}）", halts=True)
    if said.startswith(NO_SUCH):
        return DeadNumber(f"没有这个邮箱（{code}）")
    return ChannelError(f"邮件服务器不收（{code}）")


def _close(connection) -> None:
    """What the server says at the end changes nothing any more."""
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        connection.connection = None
