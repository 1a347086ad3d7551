"""Settings, read once at the edge from ``JINLIN_*`` variables and passed down."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.rules.files import FOLDER
from data.store.home import Home


class Settings(BaseSettings):
    """What one installation may set from outside."""

    model_config = SettingsConfigDict(env_prefix="JINLIN_", extra="ignore")

    home: Path = Path(".jinlin")
    database: str = ""
    catalogue: Path = FOLDER
    behind_tls: bool = False
    show_docs: bool = True  # /docs and /openapi.json
    show_metrics: bool = True  # /metrics
    timers: bool = True
    follow: bool = True  # what other processes commit
    timer_period_s: float = Field(default=5.0, gt=0)
    disk_reserve_bytes: int = Field(default=512 * 1024 * 1024, ge=0)  # what photos leave to reports
    backup_hours: int = Field(default=26, gt=0)  # after which a missing backup is a fault
    write_wait_s: float = Field(default=5.0, gt=0)  # how long a change waits for other writers
    sign_in_per_minute: int = Field(default=20, gt=0)
    public_posts_per_minute: int = Field(default=30, gt=0)
    messages_per_minute: int = Field(default=10, gt=0)
    follows_per_minute: int = Field(default=60, gt=0)
    trusted_proxies: str = "127.0.0.1"  # whose X-Forwarded-For and -Proto are believed
    openid_issuer: str = ""  # address of the identity provider; empty asks none
    openid_client_id: str = "jinlin"
    openid_client_secret: str = ""
    openid_roles: tuple[str, ...] = ("worker", "dispatcher", "department", "leader")
    openid_role_claim: str = "jinlin_role"
    openid_area_claim: str = "jinlin_area"
    openid_department_claim: str = "jinlin_department"
    wrong_keys_per_hour: int = Field(default=10, gt=0)  # of one number, from wherever
    mqtt_url: str = ""  # of the broker of devices, mqtt://USER@HOST:1883 or mqtts://; empty asks none
    mqtt_password: str = ""
    mqtt_client_id: str = "jinlin"
    mqtt_version: Literal["3.1.1", "5"] = "5"
    mqtt_ca: Path | None = None  # who vouches for the broker; without it the system's authorities
    mqtt_certificate: Path | None = None  # by which the broker knows us, with the key
    mqtt_key: Path | None = None
    report_fonts: Path = Path("/usr/share/fonts")  # folder with a Chinese font, for reports on paper
    open311_key: str = ""  # needed for reports by Open311; empty lets everybody report

    def open_home(self) -> Home:
        """Give the folder of run-time files."""
        return Home(self.home.absolute(), self.disk_reserve_bytes)

    def database_url(self) -> str:
        """Give the database, by default the SQLite file in the home folder."""
        return self.database or self.open_home().default_database
