"""What editors say about each key of a journey file, by the part that it is a key of."""

ID = "Unique in the file, and the same for ever: people in flight are moved and counted by it."

HINTS: dict[str, dict[str, str]] = {
    "Journey": {
        "journey": "The journey's name. It stands in workflow ids, so it stays the same.",
        "title": "What people call it, for the console and pictures.",
        "entry": "What starts the journey for a person.",
        "reentry": "Whether a person may enter again: never, always, or a while after the last time ended.",
        "goal": "The event that the journey is for; it is measured and ends nothing.",
        "milestones": "Names for how far a person came, each reached by an event.",
        "exit_on": "Events that end the journey at once, also in the middle of a wait.",
        "updated_by": "Events whose properties replace those of the entry, so that dates to wait for move.",
        "zone": "The IANA time zone of people whose own is unknown; without it, UTC.",
        "topic": "What the messages are about; people unsubscribe from a topic.",
        "quiet_hours": "When messages wait, by the person's clock: 21:00-08:00, say; none if they never do.",
        "capped": "A message that is one too many: `skip` leaves it out, `hold` sends it when there is room.",
        "priority": "Whose message goes when a person's caps leave room for one: high, normal or low.",
        "transactional": "Whether its messages are exempt from quiet hours and caps: codes, answers, what was bought.",
        "steps": "What happens, from top to bottom.",
    },
    "Entry": {
        "event": "The event that lets a person in.",
        "key": "A property of the event: one enrollment for each of its values, such as appointment.id.",
        "where": "Only if this holds, of the person's attributes and the event's properties.",
    },
    "After": {"after": "How long after the last time ended."},
    "Goal": {"event": "The event to reach.", "within": "Only if it comes so soon after the enrollment."},
    "Send": {
        "id": ID,
        "send": "The template to send.",
        "via": "A channel, or several in the order in which to try them; `preferred` is the person's own order.",
        "required": "Whether the journey ends when this message cannot be sent.",
        "priority": "Whether it goes before others when caps leave room for one; otherwise as the journey says.",
        "transactional": "Whether this message is exempt from quiet hours and caps; otherwise as the journey says.",
        "fallback": "When to go to the next channel, if nothing is heard of the message.",
    },
    "Fallback": {
        "unless": "Only if by then no receipt says that the message was delivered, opened or clicked.",
        "after": "So long after a provider has taken it; at once when it has failed.",
    },
    "Wait": {
        "id": ID,
        "wait": "A duration such as 3d, a local time, or a date of the person's.",
        "do": "What the date is waited for; left out when a past date is skipped.",
    },
    "LocalTime": {
        "until": "Hours and minutes where the person lives, in quotes.",
        "days": "On these weekdays only.",
    },
    "FromDate": {
        "until": "Where the date stands: in an attribute, or after `event.` in a property of the entry's event.",
        "offset": "So long before (-) or after (+) the date.",
        "if_past": "A past date: `skip` leaves the block out, `now` does it at once, `exit` ends the journey.",
    },
    "WaitFor": {
        "id": ID,
        "wait_for": "An event, or several of which the first one wins.",
        "timeout": "The longest wait; without it, until the journey is left.",
        "on_timeout": "What happens when none came in time.",
        "since": "Which past events count: those since the enrollment, or since this step was reached.",
    },
    "Verify": {
        "id": ID,
        "verify": "The contact point whose holder is to type in a one-time code: phone or email.",
        "via": "A channel that leads there, or several in the order in which to try them.",
        "link": "Whether messages with room for it carry a link as well.",
        "do": "What happens once it is confirmed, or at once if it was before.",
        "timeout": "How long to wait for that; ten minutes, which is how long a code is good for.",
        "on_timeout": "What happens when it was not confirmed in time, or no code can go there.",
    },
    "Awaited": {
        "event": "The event, by its exact name.",
        "where": "Only such events; looks at the event's properties.",
        "do": "What happens when it comes.",
    },
    "Branch": {"id": ID, "branch": "Cases; the first whose condition holds is taken."},
    "Case": {"if": "The condition.", "do": "What happens if it holds."},
    "Else": {"else": "What happens if no condition holds."},
    "Split": {
        "id": ID,
        "split": "Shares in percent, 100 together. The share called `holdout` receives nothing and is measured.",
        "do": "What happens to each share.",
    },
    "Set": {"id": ID, "set": "Attributes and their new values; null takes one away."},
    "Emit": {"id": ID, "emit": "The event to report.", "properties": "The event's properties."},
    "Enter": {
        "id": ID,
        "enter": "The other journey's name.",
        "key": "Which enrollment, for a journey that a person may be in several times at once.",
    },
    "Repeat": {"id": ID, "repeat": "How often, and until when.", "do": "What is done each time."},
    "Laps": {
        "every": "From the begin of one time to that of the next.",
        "at_most": "How many times at most.",
        "until": "No more once this holds.",
    },
    "Exit": {"id": ID, "exit": "The reason, for analytics."},
    "EventDone": {
        "event": "The event, by its exact name.",
        "at_least": "So many times.",
        "within": "Only those of the last while.",
    },
    "InSegment": {"segment": "The segment's name; the attribute `segments` lists those that a person is in."},
    "StepEnded": {"step": "The id of an earlier `send`.", "outcome": "What became of its message, so far."},
    "All": {"all": "Each of these holds."},
    "AnyOf": {"any": "At least one of these holds."},
    "Not": {"not": "This does not hold."},
}

COMPARISON = {
    "equals": "It is exactly this; text, numbers and truth are never taken for each other.",
    "in": "It is one of these.",
    "above": "It is a number above this.",
    "below": "It is a number below this.",
    "exists": "Whether there is a value at all.",
}
HINTS["AttributeIs"] = {"attribute": "The person's attribute.", **COMPARISON}
HINTS["PropertyIs"] = {"property": "The event's property.", **COMPARISON}
