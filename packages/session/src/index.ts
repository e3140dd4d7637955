export default function session(): string { return 'session' }
