import type { Transporter } from 'nodemailer'

import express from '@tokkyu/core'

/** How mails leave, and whom they reach. */
export interface Mail {
  readonly transport: Transporter
  readonly from: string
  readonly to: string
}

/** A contact form: what is written into it arrives as a mail. */
export function createApp({ transport, from, to }: Mail): express.Express {
  const app = express()

  app.get('/', (req, res) => {
    res.type('html').send(form)
  })

  app.post('/', express.urlencoded({ limit: '20kb' }), async (req, res) => {
    const { email, message } = Object(req.body) as Record<string, unknown>
    if (!isAddress(email) || typeof message !== 'string' || message.trim() === '') {
      return res.status(422).type('text').send('An address and a message, please')
    }
    // The mail is ours: from our address, to our address. What a stranger writes is data in it.
    try {
      await transport.sendMail({
        from,
        to,
        replyTo: { name: '', address: email },
        subject: 'From the contact form',
        text: message,
        disableFileAccess: true,
        disableUrlAccess: true,
      })
    } catch (error) {
      console.error(error) // why it did not leave is for us to know
      return res.status(503).set('Retry-After', '60').type('text').send('Please try again later')
    }
    return res.redirect(303, '/thanks')
  })

  app.get('/thanks', (req, res) => {
    res.type('text').send('Thank you')
  })
  return app
}

/** One address, and nothing that could end a header or begin another recipient. */
function isAddress(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= 254 && /^[^\s@,;:<>()"\\]+@[\w.-]+$/.test(value)
  )
}

const form = `<!doctype html><title>Contact</title>
<form method="post"><input name="email" type="email" required>
<textarea name="message" required></textarea><button>Send</button></form>`
