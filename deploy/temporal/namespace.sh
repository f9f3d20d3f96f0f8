#!/bin/sh
# Makes the namespace and the search attributes that journeys are listed by, one-shot, before workers start.
# Running it again changes nothing: an existing namespace is left as it is, and existing attributes are accepted.
# The temporal CLI reads TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE itself.
set -eu

# The server needs a moment after its port opens, and a new namespace takes seconds to be known everywhere.
retry() {
    attempt=0
    until "$@"; do
        attempt=$((attempt + 1))
        [ "$attempt" -lt 30 ] || exit 1
        sleep 2
    done
}

describe() { temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; }

retry temporal operator cluster health
# Retention is how long the history of an ended journey can be read; what happened stays in Homing's database.
describe || retry temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 30d

for attribute in HomingJourney HomingVersion HomingStep HomingStatus; do
    retry temporal operator search-attribute create --name "$attribute" --type Keyword
done
