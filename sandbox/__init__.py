"""A local stand-in for the message providers, for demos, tests and days without a network.

The real Twilio and SendGrid SDKs talk to it over HTTP and are refused for the same reasons, a person reads
the messages in a browser, and faults can be switched on to see what a journey does when a provider misbehaves.
It knows nothing of Homing: it imports no other room.
"""
