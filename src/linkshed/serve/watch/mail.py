"""Tell people by mail (SMTP): one message for each address, so that each is sent once."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from ipaddress import ip_address

from linkshed.errors import DeliveryError, ParameterError
from linkshed.serve.watch import texts
from linkshed.serve.watch.batch import Batch
from linkshed.serve.watch.secrets import check_reference, secret
from linkshed.serve.watch.trust import check_authorities, trusting

SECURITY = ("tls", "starttls", "none")
PORTS = {"tls": 465, "starttls": 587, "none": 25}
SECONDS = 30
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]\x00-\x20\x7f]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True)
class Mail:
    """``security`` is tls (from the first byte), starttls, or none; ``password`` a reference;
    ``ca_file`` holds further authorities that may vouch for the server.
    """

    to: tuple[str, ...]
    sender: str
    host: str = "localhost"
    port: int | None = None
    security: str = "starttls"
    user: str | None = None
    password: str | None = None
    ca_file: str | None = None

    def __post_init__(self) -> None:
        for address in (*self.to, self.sender):
            if not _ADDRESS.fullmatch(address):
                raise ParameterError(f"address {address!r}", allowed="name@example.com")
        if not self.to or self.security not in SECURITY:
            given = f"security {self.security!r}" if self.to else "no address to send to"
            raise ParameterError(given, allowed=", ".join(SECURITY) if self.to else "mail to")
        check_reference(self.password, "a password")
        check_authorities(self.ca_file)
        if self.password and self.security == "none" and not _is_here(self.host):
            raise ParameterError(
                "a password without encryption", allowed="security tls or starttls"
            )

    @property
    def told(self) -> str:
        """Where it sends, without secrets."""
        return f"mail to {', '.join(self.to)} through {self.host}"

    def parts(self, batch: Batch) -> list[str]:
        """What is delivered one by one: a message for each address."""
        return list(self.to)

    def deliver(self, batch: Batch, pending: Iterable[str]) -> Iterator[str]:
        """Send to those who have not got it. Raises DeliveryError, NotFoundError."""
        password = secret(self.password, "password of mail") if self.password else None
        refused: list[str] = []
        try:
            with self._session() as session:
                if self.user is not None and password is not None:
                    session.login(self.user, password)
                for address in pending:
                    if self._sent(session, batch, address):
                        yield address
                    else:
                        refused.append(address)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise self._failed(type(error).__name__, error) from None
        if refused:
            raise self._failed(f"the server refused {', '.join(refused)}", None)

    def _session(self) -> smtplib.SMTP:
        port, context = self.port or PORTS[self.security], trusting(self.ca_file)
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, port, timeout=SECONDS, context=context)
        session = smtplib.SMTP(self.host, port, timeout=SECONDS)
        if self.security == "starttls":
            try:
                session.starttls(context=context)
            except BaseException:
                session.close()
                raise
        return session

    def _sent(self, session: smtplib.SMTP, batch: Batch, address: str) -> bool:
        try:
            session.send_message(self._message(batch, address))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
            return False
        return True

    def _message(self, batch: Batch, address: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self.sender, address
        message["Subject"] = texts.subject(batch)
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{batch.id}.{batch.watch}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(texts.plain_text(batch))
        return message

    def _failed(self, what: str, error: Exception | None) -> DeliveryError:
        code = getattr(error, "smtp_code", None)
        if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
            what = f"{what}: {error.strerror or error}"
        what += f" {code}" if code else ""
        return DeliveryError(
            f"mail through {self.host}: {what}", repair="it is sent again by the next run"
        )


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
