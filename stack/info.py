"""What a running stack tells its clients: addresses, the demo's keys and pids, in `stack.json` while it runs."""

import os
import secrets
from pathlib import Path
from typing import Self

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AwareDatetime, BaseModel, Field

from stack import lock
from stack.files import replace

FILE = "stack.json"
SANDBOX_STATE = "sandbox.sqlite"
# A person's own accounts and clusters stay out of the demo, whatever their shell has set.
FOREIGN = ("TEMPORAL_", "TWILIO_", "SENDGRID_")


class DemoKeys(BaseModel):
    """Credentials of the sandbox, made up anew at each start. They open nothing else."""

    twilio_account_sid: str = Field(default_factory=lambda: f"AC{secrets.token_hex(16)}")
    twilio_auth_token: str = Field(default_factory=lambda: secrets.token_hex(16))
    sendgrid_api_key: str = Field(default_factory=lambda: f"SG.{secrets.token_hex(11)}.{secrets.token_hex(20)}")
    inbound_token: str = Field(default_factory=lambda: secrets.token_urlsafe(24))


class StackInfo(BaseModel):
    """One running stack. Addresses are host:port, the others URLs; `pids` are those of the real processes."""

    state_dir: Path
    pace: float
    clock_origin: AwareDatetime
    database_url: str
    hash_key: str
    encryption_keys: str
    vapid_key: str
    temporal_address: str
    temporal_ui: str
    temporal_http: str
    temporal_metrics_address: str
    namespace: str = "default"
    sandbox_url: str
    mail_server: str
    api: str
    api_key: str = ""  # both are made when the database is ready
    write_key: str = ""
    worker_health_address: str
    worker_metrics_address: str
    demo_keys: DemoKeys = Field(default_factory=DemoKeys)
    pids: dict[str, int] = Field(default_factory=dict)
    ready: bool = False

    @classmethod
    def read(cls, state_dir: Path) -> Self | None:
        """What the stack running on this folder says, None when none runs or it is not ready yet."""
        try:
            info = cls.model_validate_json((state_dir / FILE).read_text())
        except FileNotFoundError:
            return None
        return info if info.ready and lock.holder(state_dir) == info.pids["supervisor"] else None

    def write(self) -> None:
        """Tell the clients."""
        replace(self.state_dir / FILE, self.model_dump_json(indent=2))

    def withdraw(self) -> None:
        """Tell the clients that there is nothing any more."""
        (self.state_dir / FILE).unlink(missing_ok=True)

    def environment(self) -> dict[str, str]:
        """The settings of everything that works with this stack."""
        return {
            "HOMING_DATABASE_URL": self.database_url,
            "HOMING_HASH_KEY": self.hash_key,
            "HOMING_ENCRYPTION_KEYS": self.encryption_keys,
            "HOMING_VAPID_PRIVATE_KEY": self.vapid_key,
            "HOMING_VAPID_CONTACT": "mailto:hello@homing.example",
            "HOMING_PACE": repr(self.pace),
            "HOMING_CLOCK_ORIGIN": self.clock_origin.isoformat(),
            "HOMING_SANDBOX_URL": self.sandbox_url,
            "HOMING_PUBLIC_URL": self.api,
            "HOMING_POSTAL_ADDRESS": "Homing Demo, 1 Example Street, 00000 Anytown",
            "HOMING_INBOUND_TOKEN": self.demo_keys.inbound_token,
            "HOMING_SENDGRID_WEBHOOK_KEY": self._webhook_key(),
            "HOMING_API_ADDRESS": self.api.removeprefix("http://"),
            # The sandbox's phones are everywhere, and cost nothing.
            "HOMING_VERIFICATION_COUNTRIES": ",".join(sorted(SUPPORTED_REGIONS)),
            "HOMING_API_RATE": "1000",  # whoever tries a load here shall see what the machine can do
            "HOMING_HEALTH_ADDRESS": self.worker_health_address,
            "HOMING_METRICS_ADDRESS": self.worker_metrics_address,
            "HOMING_SHUTDOWN_GRACE_SECONDS": "5",  # within the grace of the worker's lifeline
            "TEMPORAL_ADDRESS": self.temporal_address,
            "TEMPORAL_NAMESPACE": self.namespace,
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "TWILIO_ACCOUNT_SID": self.demo_keys.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.demo_keys.twilio_auth_token,
            "SENDGRID_API_KEY": self.demo_keys.sendgrid_api_key,
            "HOMING_SMTP_URL": f"smtp://homing:{self.demo_keys.sendgrid_api_key}@{self.mail_server}",
            "HOMING_EMAIL_PROVIDER": os.environ.get("HOMING_EMAIL_PROVIDER") or "sendgrid",  # either can be tried
        }

    def _webhook_key(self) -> str:
        """What verifies the sandbox's events of mails; it writes that down when it starts."""
        file = (self.state_dir / SANDBOX_STATE).with_suffix(".pub")
        return file.read_text(encoding="ascii").strip() if file.exists() else ""

    def process_environment(self) -> dict[str, str]:
        """The whole environment of a process of this stack: the person's, less what is foreign, plus ours."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        direct = ",".join(filter(None, [os.environ.get("no_proxy"), "127.0.0.1", "localhost"]))
        proxies = {"no_proxy": direct, "NO_PROXY": direct}
        return inherited | proxies | {"PYTHONUNBUFFERED": "1"} | self.environment()
