export default function upload(): string { return 'upload' }
