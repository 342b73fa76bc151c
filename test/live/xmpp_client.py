"""The independent XMPP client: slixmpp, driven by JSON lines on standard input, reporting JSON lines.

Commands: {"do": "login", "jid", "password", "port", "presence": bool} and {"do": "send", "xml"}.
Reports: {"online": jid}, {"stanza": element, "xml": str} for each that comes in, {"closed": why}.
An element is {"name", "ns", "attrs", "text", "children"}.
"""

import asyncio
import json
import sys

from slixmpp import ClientXMPP
from slixmpp.xmlstream import tostring

XML_NS = "{http://www.w3.org/XML/1998/namespace}"
STANZAS = {"{jabber:client}message", "{jabber:client}presence", "{jabber:client}iq"}


def report(**fact):
    print(json.dumps(fact), flush=True)


def as_json(element):
    ns, _, name = element.tag.removeprefix("{").rpartition("}")
    return {
        "name": name,
        "ns": ns,
        "attrs": {key.replace(XML_NS, "xml:"): value for key, value in element.attrib.items()},
        "text": (element.text or "") + "".join(child.tail or "" for child in element),
        "children": [as_json(child) for child in element],
    }


class Client(ClientXMPP):
    def __init__(self, jid, password, presence):
        super().__init__(jid, password, plugin_config={"feature_mechanisms": {"unencrypted_plain": True}})
        self.initial_presence = presence
        # The one who drives it answers subscriptions, not the library.
        self.auto_authorize = None
        self.auto_subscribe = False
        self.register_plugin("xep_0030")
        self.register_plugin("xep_0199")
        self.add_filter("in", self.on_stanza)
        self.add_event_handler("session_start", self.on_session)
        self.add_event_handler("failed_all_auth", lambda _: report(closed="not authorized"))
        self.add_event_handler("connection_failed", lambda why: report(closed=f"connection failed: {why}"))
        self.add_event_handler("disconnected", lambda why: report(closed=f"disconnected: {why}"))

    def on_stanza(self, stanza):
        if stanza.xml.tag in STANZAS:
            report(stanza=as_json(stanza.xml), xml=tostring(stanza.xml, xmlns="jabber:client"))
        return stanza

    async def on_session(self, _):
        await self.get_roster()
        if self.initial_presence:
            self.send_presence()
        report(online=str(self.boundjid))


async def main():
    lines = asyncio.StreamReader(limit=16 * 1024 * 1024)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    client = None
    while line := await lines.readline():
        command = json.loads(line)
        if command["do"] == "login":
            client = Client(command["jid"], command["password"], command["presence"])
            client.connect(("127.0.0.1", command["port"]), disable_starttls=True, force_starttls=False)
        elif command["do"] == "send":
            client.send_raw(command["xml"])


asyncio.run(main())
