"""One attempt of a delivery in a process of its own, to be killed: `python -m tests.activities.one_delivery JSON`.

The JSON holds `database`, `sandbox` and the `order`'s fields that are not the desk's own.
"""

import json
import sys

from channels import registry
from models.database import Database
from tests.activities.desk import Desk
from tests.channels.settings import Chosen


def main() -> None:
    """Deliver, with the real channels."""
    given = json.loads(sys.argv[1])
    desk = Desk(Database(given["database"]), registry.build(Chosen(sandbox_url=given["sandbox"])))
    desk.enrollments["alice"] = given["enrollment"]
    desk.deliver(desk.order(via=(given["channel"],)))


if __name__ == "__main__":
    main()
