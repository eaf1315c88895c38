// An OpenID Connect provider for the browser tests: real protocol, invented accounts, nothing kept.
// Arguments: its port, the client's redirect URI, a JSON file {account: claims}.
import { readFileSync } from 'node:fs'
import { Provider } from 'oidc-provider'

const [port, redirect, file] = process.argv.slice(2)
const accounts = JSON.parse(readFileSync(file, 'utf8'))
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'net-effect',
    client_secret: 'a-secret-of-the-tests',
    redirect_uris: [redirect],
    post_logout_redirect_uris: [redirect],
  }],
  claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: false, // claims in the identity token, as the large providers have them
  cookies: { keys: ['of the tests'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
    grant.addOIDCScope('openid email profile')
    await grant.save()
    return grant
  },
})

// One form: who are you? No password, since nothing is guarded here but the protocol.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next()
  if (ctx.method === 'POST') {
    let body = ''
    for await (const chunk of ctx.req) body += chunk
    const account = new URLSearchParams(body).get('account')
    const result = accounts[account] ? { login: { accountId: account } } : { error: 'access_denied' }
    await provider.interactionFinished(ctx.req, ctx.res, result)
    ctx.respond = false
    return
  }
  ctx.type = 'html'
  ctx.body = '<form method="post"><label>Account <input name="account"></label><button>Continue</button></form>'
})
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'))
