"""How workflow code is run: in Temporal's sandbox, with the modules that are pure, or only referred to, shared.

The sandbox imports a workflow's module anew for each run. What it imports in turn is shared with the worker, so that
a journey costs no second reading of pydantic models and tables.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

SHARED = ("activities", "channels", "domain", "models", "pydantic", "pydantic_core")
SHARED_OF_THIS_ROOM = ("workflows.inputs", "workflows.options", "workflows.requests", "workflows.story")


def sandboxed() -> SandboxedWorkflowRunner:
    """The runner for every worker."""
    shared = SandboxRestrictions.default.with_passthrough_modules(*SHARED, *SHARED_OF_THIS_ROOM)
    return SandboxedWorkflowRunner(restrictions=shared)
