"""The process that runs the embedded model; started by `embedded.py` as a script.

A process of its own because, measured with xllamacpp 2026.10: loading holds the interpreter lock
for seconds (no progress, no Ctrl-C), destroying a busy server hangs, and a failed assertion in
llama.cpp aborts its process. Imports nothing of burnish, so that it starts at once.

One JSON line comes in on stdin (the options), one goes out on stdout ({"url"} or {"error"}). It
lives until stdin closes: the system closes it when the parent ends, however that ends.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

QUIET = 1  # llama.cpp's verbosity: errors only


def start(options: dict[str, Any]) -> Any:
    """Load the model and listen; returns the server, ready to answer."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options["path"]
    params.model_alias = {options["alias"]}  # else answers name the file's path
    params.hostnames = [options["host"]]
    params.port = options["port"]
    params.api_keys = [options["key"]]
    params.n_ctx = options["context_tokens"]
    params.n_parallel = options["slots"]
    params.kv_unified = True  # the slots share the context instead of halving it
    params.cpuparams.n_threads = options["threads"]
    params.cpuparams_batch.n_threads = options["threads"]
    params.cache_prompt = True
    params.cache_ram_mib = options["prompt_cache_mib"]
    params.verbosity = QUIET
    params.ui = False
    params.endpoint_slots = False
    params.endpoint_props = False
    return xllamacpp.Server(params)


def main() -> None:
    """Serve until stdin closes."""
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the libraries print goes to the log
    options = json.loads(sys.stdin.readline())
    try:
        server = start(options)
        reply = {"url": server.listening_address}
    except Exception as error:  # noqa: BLE001 -- the parent turns it into its own error
        reply = {"error": f"{type(error).__name__}: {error}"}
    answer.write(json.dumps(reply) + "\n")
    answer.flush()
    if "url" in reply:
        sys.stdin.read()
    os._exit(0)  # without the server's destructor, which waits for ever while it is busy


if __name__ == "__main__":
    main()
