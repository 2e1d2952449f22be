#!/usr/bin/env bash
# Makes the virtual environment and installs a lock file: with uv where it is there, else venv and pip.
#   setup.sh VENV LOCKFILE
set -euo pipefail
venv=$1
lock=$2

newest_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    echo "Cutaway needs Python 3.11 or newer." >&2
    exit 1
}

python=$(newest_python)
if command -v uv >/dev/null; then
    [ -x "$venv/bin/python" ] || uv venv -q --seed --python "$python" "$venv"
    uv pip install -q --python "$venv/bin/python" -r "$lock"
else
    if [ ! -x "$venv/bin/pip" ]; then
        rm -rf "$venv"
        "$python" -m venv "$venv" 2>/dev/null || {
            echo "The venv module is missing; installing Debian's package for it." >&2
            rm -rf "$venv"
            $([ "$(id -u)" = 0 ] || command -v sudo) apt-get install -y -qq python3-venv
            "$python" -m venv "$venv"
        }
    fi
    "$venv/bin/python" -m pip install -q --disable-pip-version-check -r "$lock"
fi
