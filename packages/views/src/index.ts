export default function views(): string { return 'views' }
