#!/bin/sh
# Brings Temporal's two databases to the schema of this image, one-shot, before the server starts.
# Running it again changes nothing: create-database accepts an existing database, setup-schema keeps a version
# above 0.0, and update-schema applies only the versions that are missing.
# So an upgrade is: raise the tags in docker-compose.yml (one minor version at a time), docker compose up.
# The password comes from SQL_PASSWORD, which keeps it out of the process list.
set -eu

prepare() { # database, schema folder
    tool="temporal-sql-tool --plugin postgres12 --ep $POSTGRES_SEEDS -p 5432 -u $POSTGRES_USER --db $1"
    $tool create-database
    $tool setup-schema -v 0.0
    $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$2/versioned"
}

prepare temporal temporal
prepare temporal_visibility visibility
