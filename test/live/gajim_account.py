"""Makes Gajim's settings with one account in them: gajim_account.py FILE ACCOUNT JSON, run by Gajim's own Python."""

import json
import sqlite3
import sys

from gajim.common.settings import CREATE_SQL

file, account, settings = sys.argv[1:]
app = {
    "use_keyring": False,
    "remote_control": True,
    "check_for_update": False,
    "preview_anonymous_muc": True,
    "confirm_on_window_delete": False,
    "show_main_window_on_startup": "always",
    "last_update_check": "2099-01-01 00:00",
}
with sqlite3.connect(file) as database:
    database.executescript(CREATE_SQL)
    database.execute("UPDATE settings SET settings = ? WHERE name = 'app'", (json.dumps(app),))
    account_settings = {"account": json.loads(settings), "contact": {}, "group_chat": {}}
    database.execute("INSERT INTO account_settings VALUES (?, ?)", (account, json.dumps(account_settings)))
