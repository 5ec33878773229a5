"""`ecosystem warm-up`: compile ahead."""

from __future__ import annotations

import time

from ecosystem.cli.app import app
from ecosystem.cli.common import JsonOption, QuietOption, print_json, say, state, warn
from ecosystem.cli.run_numbers import seconds
from ecosystem.core import kernel_cache
from ecosystem.experiments.environment import compute_in_one_thread


@app.command("warm-up", epilog="Example: ecosystem warm-up")
def warm_up(
    *,
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
    json: JsonOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Compile ahead what runs need, once on each machine.

    Without it the first run does so by itself, and the first after an update. Useful while an image of a
    machine is made, or before many runs are started at the same time.
    """
    compute_in_one_thread()
    kernel_cache.keep_silent()
    from ecosystem.experiments import warming  # noqa: PLC0415 - slow to import

    began = time.perf_counter()
    with warming.helped():
        warming.warm_up(lambda what: None if state.quiet else warn(f"compiling {what}"))
    took, where = time.perf_counter() - began, kernel_cache.folder(kernel_cache.__file__).parent
    say(f"ready in {seconds(took)}; kept in {where}")
    if state.json:
        print_json({"ok": True, "seconds": took, "folder": str(where)})
