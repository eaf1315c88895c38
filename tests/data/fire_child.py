"""A process that does to a workspace what it is told, in a fork of its own, so that each can be killed.

Reads one JSON request a line ({"action", "path", "number"}), forks, says the fork's id, waits for its end and says how
it ended. All is imported once; nothing of DuckDB runs before the fork.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

if (here := Path(__file__).resolve().parent) not in sys.path:
    sys.path[:0] = [str(here.parents[1]), str(here)]

from store_builders import NOON, log

from data import editing, entries, privacy
from data.entries import Batch
from data.store import Workspace

ROWS = 200


def act(action: str, path: Path, number: int) -> None:
    """One change of a workspace; `number` makes its content its own."""
    workspace = Workspace(path)
    if action == "import":
        # With people of its own, so that merging and erasing do not come to an end.
        rows = ({"prospect": f"P {number} {i}", "source": f"S {number} {i % 9}"} for i in range(ROWS))
        workspace.import_drafts([log(*rows, name=f"{number}.csv")])
    elif action == "merge":
        workspace.edit("merge", lambda con: editing.merge(con, [_two(con)]))
    elif action == "label":
        kind = editing.KINDS[number % len(editing.KINDS)]
        workspace.edit("label", lambda con: editing.set_kinds(con, [(*_pair(con), kind)]))
    elif action == "edit":
        new = {"given_on": "2026-03-03", "source": "Ann", "receiver": "Bob", "prospect": f"E {number}"}
        batch = Batch(add=[("referrals", new)])
        workspace.edit("edit", lambda con: entries.save(con, batch, NOON.replace(tzinfo=None))[0])
    elif action in ("undo", "redo"):
        getattr(workspace, action)()
    elif action == "erase":
        with workspace.reader() as reader:
            ((person,),) = reader.rows("select max(person_id) from people where name not like 'Erased%'")
        privacy.erase(path, person)


def _two(con):
    return tuple(row[0] for row in con.execute("select person_id from people order by 1 desc limit 2").fetchall()[::-1])


def _pair(con):
    return con.execute("select source_id, receiver_id from referrals order by referral_id limit 1").fetchall()[0]


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                act(request["action"], Path(request["path"]), request["number"])
            except BaseException:  # noqa: BLE001 said, and told by the exit code
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


main()
