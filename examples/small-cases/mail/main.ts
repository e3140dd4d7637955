import nodemailer from 'nodemailer'

import { createApp } from './app.ts'

const { SMTP_URL, MAIL_FROM, MAIL_TO } = process.env as Record<string, string | undefined>
if (!SMTP_URL || !MAIL_FROM || !MAIL_TO) {
  throw new TypeError('SMTP_URL, MAIL_FROM and MAIL_TO are needed')
}

const transport = nodemailer.createTransport(SMTP_URL)
const port = Number(process.env['PORT'] ?? 3000)
createApp({ transport, from: MAIL_FROM, to: MAIL_TO }).listen(port, () =>
  console.log(`http://localhost:${port}`),
)
