"""The world in virtual time: the machine itself, driven in this process as the workflow and its activities do."""
