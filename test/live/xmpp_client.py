"""The independent XMPP client: slixmpp, driven by JSON lines on standard input, reporting JSON lines.

Commands: {"do": "login", "jid", "password", "port", "presence": bool, "plugins": [name]}, {"do": "send", "xml"} and
{"do": "call", "id", "plugin", "method", "args": {name: value}}, which has the library's own plugin do something.
Reports: {"online": jid}, {"stanza": element, "xml": str} for each that comes in, {"closed": why}, and for a call
{"answer": id, "value"} or {"answer": id, "error": why}.
An element is {"name", "ns", "attrs", "text", "children"}; a stanza that a call gives is one too.
"""

import asyncio
import inspect
import json
import sys

from slixmpp import ClientXMPP
from slixmpp.exceptions import XMPPError
from slixmpp.xmlstream import ElementBase, tostring

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


def plain(value):
    """What a plugin gives, as JSON."""
    if isinstance(value, ElementBase):
        return as_json(value.xml)
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


class Client(ClientXMPP):
    def __init__(self, jid, password, presence, plugins):
        super().__init__(jid, password, plugin_config={"feature_mechanisms": {"unencrypted_plain": True}})
        self.initial_presence = presence
        # The one who drives it answers subscriptions, not the library.
        self.auto_authorize = None
        self.auto_subscribe = False
        self.register_plugin("xep_0030")
        self.register_plugin("xep_0199")
        for name in plugins:
            self.register_plugin(name)
        self.add_filter("in", self.on_stanza)
        self.add_event_handler("session_start", self.on_session)
        self.add_event_handler("failed_all_auth", lambda _: report(closed="not authorized"))
        self.add_event_handler("connection_failed", lambda why: report(closed=f"connection failed: {why}"))
        self.add_event_handler("disconnected", lambda why: report(closed=f"disconnected: {why}"))

    def on_stanza(self, stanza):
        if stanza.xml.tag in STANZAS:
            report(stanza=as_json(stanza.xml), xml=tostring(stanza.xml, xmlns="jabber:client"))
        return stanza

    async def call(self, plugin, method, args):
        if plugin not in self.plugin:
            self.register_plugin(plugin)
        value = getattr(self.plugin[plugin], method)(**args)
        if inspect.isasyncgen(value):
            return [each async for each in value]
        return await value if inspect.isawaitable(value) else value

    async def answer(self, id, plugin, method, args):
        try:
            report(answer=id, value=plain(await self.call(plugin, method, args)))
        except XMPPError as error:
            report(answer=id, error=f"{error.condition}: {error.text}")
        except Exception as error:  # Whatever the library throws is the test's to judge.
            report(answer=id, error=repr(error))

    async def on_session(self, _):
        await self.get_roster()
        if self.initial_presence:
            self.send_presence()
        report(online=str(self.boundjid))


async def main():
    lines = asyncio.StreamReader(limit=16 * 1024 * 1024)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    client = None
    calls = set()
    while line := await lines.readline():
        command = json.loads(line)
        if command["do"] == "login":
            client = Client(command["jid"], command["password"], command["presence"], command["plugins"])
            client.connect(("127.0.0.1", command["port"]), disable_starttls=True, force_starttls=False)
        elif command["do"] == "send":
            client.send_raw(command["xml"])
        elif command["do"] == "call":
            call = asyncio.create_task(
                client.answer(command["id"], command["plugin"], command["method"], command["args"])
            )
            calls.add(call)
            call.add_done_callback(calls.discard)


asyncio.run(main())
