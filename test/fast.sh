#!/bin/bash
# The tests that need no servers, in two processes side by side. One for each file would cost more to start than to run.
cd "$(dirname "$0")/.." || exit 1
shopt -s extglob globstar

fast() {
  node --test --test-isolation=none --test-timeout=20000 --test-force-exit --test-reporter=dot "$@"
}

fast test/scenes/*.test.ts &
scenes=$!
fast test/!(live|scenes)/**/*.test.ts test/*.test.ts
others=$?
wait "$scenes" && exit "$others"
