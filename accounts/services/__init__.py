"""Everything that can happen to a listener's account, one function each."""

from accounts.quota import Priority, QuotaWait, quota_waits
from accounts.services.access import call_spotify, client_for
from accounts.services.audit import Audited, record_audit
from accounts.services.fleet import TryLater
from accounts.services.grants import (
    AccountTaken,
    Grant,
    ask_to_reconnect,
    connect_spotify,
    disconnect_spotify,
    mark_not_allowed,
)
from accounts.services.hooks import Event, announce
from accounts.services.leaving import (
    close_account,
    delete_account,
    on_deletion,
    on_disconnect,
    remove_spotify_rows,
)
from accounts.services.notices import Notice, NoticeKind, notice_for
from accounts.services.refreshing import NotConnected

__all__ = [
    "AccountTaken",
    "Audited",
    "Event",
    "Grant",
    "NotConnected",
    "Notice",
    "NoticeKind",
    "Priority",
    "QuotaWait",
    "TryLater",
    "announce",
    "ask_to_reconnect",
    "call_spotify",
    "client_for",
    "close_account",
    "connect_spotify",
    "delete_account",
    "disconnect_spotify",
    "mark_not_allowed",
    "notice_for",
    "on_deletion",
    "on_disconnect",
    "quota_waits",
    "record_audit",
    "remove_spotify_rows",
]
