// Sends one call of each kind with Segment's client for Node: `node send.mjs <host> <write key> <user>`.
import { Analytics } from '@segment/analytics-node'

const [host, writeKey, userId] = process.argv.slice(2)
const analytics = new Analytics({ writeKey, host, maxRetries: 3 })
analytics.on('error', (error) => {
  console.error(error)
  process.exitCode = 1
})
const anonymousId = `visitor-of-${userId}`
analytics.page({ anonymousId, name: 'Pricing' })
analytics.identify({ userId, anonymousId, traits: { email: 'alice@example.com', plan: 'free', firstName: 'Alice' } })
analytics.track({ userId, event: 'First Project', properties: { kind: 'blank' }, timestamp: new Date('2026-03-01T12:00:00Z') })
analytics.screen({ userId, name: 'Home' })
analytics.group({ userId, groupId: 'initech', traits: { plan: 'enterprise' } })
analytics.alias({ userId, previousId: anonymousId })
await analytics.closeAndFlush()
