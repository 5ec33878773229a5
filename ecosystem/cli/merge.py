"""`ecosystem merge`: put shards together."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ecosystem.cli import study_summary
from ecosystem.cli.app import app
from ecosystem.cli.common import FAILED, JsonOption, QuietOption, print_json, say, state

Shards = Annotated[
    list[Path], typer.Argument(metavar="RESULTS...", help="Folders written with --shard.", show_default=False)
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Where the whole goes.", show_default=False)]
Force = Annotated[bool, typer.Option("--force", help="Replace the results of something finished there.")]


@app.command(epilog="Example: ecosystem merge runs/part-1 runs/part-2 --out runs/whole")
def merge(
    shards: Shards,
    *,
    out: Out,
    force: Force = False,
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
    json: JsonOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Put the shards of a comparison or study together.

    The result is the same to the bit as if one machine had done it all.
    """
    from ecosystem.experiments.comparison.compare import KIND, settle  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.ensemble.merge import merge as put_together  # noqa: PLC0415 - slow to import

    record = put_together(shards, out, force=force)
    if record.get("kind") == "study":
        study_summary.tell(out, record)
        if record["failed_runs"]:
            raise typer.Exit(FAILED)
        return
    if record.get("kind") == KIND:
        settle(out, record)
    again = shlex.join(["ecosystem", "plot", str(out)])
    say(f"results  {out}  ({record['finished_runs']} runs of {len(shards)} shards, {record['failed_runs']} failed)")
    say(f"draw     {again}")
    if state.json:
        kept = {name: record[name] for name in ("status", "runs", "finished_runs", "failed_runs", "merged")}
        print_json({"ok": not record["failed_runs"], "folder": str(out), **kept, "draw": again})
    if record["failed_runs"]:
        raise typer.Exit(FAILED)
