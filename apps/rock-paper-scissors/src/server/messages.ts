import type { Language } from './languages.ts'
import type { OperationId } from './operation-id.ts'
import type { LiveWords } from './duel/view.ts'
import type { Opponent } from './game/computer.ts'
import type { Action, Outcome } from './game/rules.ts'

/** Everything the game says, in one language. */
export interface Messages {
  /** For `<html lang>` and `Content-Language`. */
  readonly tag: string
  readonly title: string
  readonly lead: string
  readonly language: string
  readonly languages: Readonly<Record<Language, string>>
  readonly api: {
    readonly title: string
    readonly lead: string
    readonly document: string
    readonly errors: string
    readonly socket: string
    readonly asked: string
    readonly answered: string
    readonly operations: Readonly<Record<OperationId, string>>
  }
  /** Names the links to the other pages. */
  readonly pages: string
  readonly actions: Readonly<Record<Action, string>>
  readonly outcomes: Readonly<Record<Outcome, string>>
  /** The outcomes once more, as short as can be: for the list of past rounds. */
  readonly results: Readonly<Record<Outcome, string>>
  /** Why an action wins, told with the action it defeats. */
  readonly victories: Readonly<Record<Action, string>>
  readonly tie: (action: string) => string
  readonly you: string
  readonly computer: string
  readonly choose: string
  readonly keys: string
  readonly tooFast: string
  readonly waiting: string
  readonly opponent: string
  readonly opponents: Readonly<Record<Opponent, string>>
  readonly opponentHints: Readonly<Record<Opponent, string>>
  readonly change: string
  readonly reset: string
  readonly habits: string
  readonly noHabits: string
  readonly habit: (action: string, count: number, percent: number) => string
  readonly duel: {
    readonly title: string
    readonly open: string
    readonly openHint: string
    readonly invite: string
    readonly needsScript: string
    readonly rematch: string
    readonly leave: string
    readonly watch: string
    readonly proof: string
    readonly proofHint: string
    readonly live: LiveWords
  }
  readonly leaderboard: {
    readonly title: string
    readonly place: string
    readonly week: string
    readonly ever: string
    readonly duels: string
    readonly rank: (rank: number, points: number) => string
    readonly points: (points: number) => string
    readonly loading: string
    readonly failed: string
    readonly nobody: string
    readonly noDuels: string
    /** The link to the page that comes in order, for browsers without scripts. */
    readonly whole: string
  }
  readonly score: string
  readonly wins: string
  readonly losses: string
  readonly draws: string
  readonly streak: string
  readonly bestStreak: string
  readonly history: string
  readonly noHistory: string
  readonly versus: string
  readonly avatar: string
  readonly yourAvatar: string
  readonly chooseImage: string
  readonly upload: string
  readonly uploading: string
  readonly avatarSaved: string
  readonly removeAvatar: string
  readonly avatarOf: (name: string) => string
  readonly profile: {
    readonly title: string
    readonly name: string
    readonly nameHint: string
    readonly save: string
    readonly saved: string
    readonly show: string
    readonly since: (day: string) => string
    readonly points: string
    readonly pointsThisWeek: string
    readonly rounds: string
    readonly roundsWon: string
    readonly duels: string
    readonly duelsWon: string
    readonly howPoints: string
  }
  readonly avatarHint: (limit: string) => string
  readonly playForPoints: string
  readonly back: string
  readonly noAnswer: string
  readonly errors: {
    readonly heading: (status: number) => string
    readonly unknownAction: (given: string | undefined, allowed: string) => string
    readonly unknownLanguage: (given: string | undefined, allowed: string) => string
    readonly unknownOpponent: (given: string | undefined, allowed: string) => string
    readonly duelsFull: string
    readonly profilesFull: string
    readonly nameRefused: (length: number) => string
    readonly noImage: string
    readonly notAnImage: (allowed: string) => string
    readonly tooLarge: (limit: string) => string
    readonly bodyTooLarge: string
    readonly forbidden: string
    readonly wrongHost: string
    readonly tooMany: string
    readonly notFound: string
    readonly notAcceptable: string
    readonly badRequest: string
    readonly unexpected: string
  }
}

export const ENGLISH: Messages = {
  tag: 'en',
  title: 'Rock, paper, scissors',
  language: 'Language',
  languages: { en: 'English', zh: '中文' },
  api: {
    title: 'For programs',
    lead: 'Every address of the game answers JSON to who sends Accept: application/json. The same in a form for tools:',
    document: 'OpenAPI document',
    errors:
      'What is refused is answered with problem details (RFC 9457): application/problem+json with status, code, detail, and where there is a list of it, what is allowed.',
    socket:
      'A live duel goes over a WebSocket at the address of its room; the messages are the types of src/server/duel/view.ts.',
    asked: 'Asked',
    answered: 'Answered',
    operations: {
      home: 'Score, opponent, habits, avatar and profile of the session',
      playOnce: 'One round for nobody in particular; reads and sets no cookie',
      play: 'One round that counts on the score of the session',
      chooseOpponent: 'Who sits across the table',
      reset: 'Score and habits begin anew',
      chooseName: 'Takes a name, and with the first one a public profile',
      player: 'The public profile of a player',
      leaderboard: 'This week, of all time, live duels, and the place of the session',
      openDuel: 'Opens a room for a live duel',
      duel: 'The state of a duel, as everybody may see it',
      changeAvatar: 'Takes an image as the avatar of the session',
      removeAvatar: 'Removes the avatar of the session',
      chooseLanguage: 'Remembers the language in a cookie',
    },
  },
  pages: 'Pages',
  lead: 'Three choices, one opponent that cannot see yours.',
  actions: { rock: 'Rock', paper: 'Paper', scissors: 'Scissors' },
  outcomes: { win: 'You win', lose: 'You lose', draw: 'Draw' },
  results: { win: 'Won', lose: 'Lost', draw: 'Draw' },
  victories: {
    rock: 'Rock blunts scissors',
    paper: 'Paper wraps rock',
    scissors: 'Scissors cut paper',
  },
  tie: (action) => `Both chose ${action.toLowerCase()}`,
  you: 'You',
  computer: 'Computer',
  choose: 'Your move',
  keys: 'On a keyboard press R, P or S, or move with the arrow keys and press Enter.',
  tooFast: 'Slow down: this press does not count, three are waiting already.',
  waiting: 'Waiting to be played:',
  opponent: 'Opponent',
  opponents: { dice: 'Fair dice', guesser: 'Pattern guesser' },
  opponentHints: {
    dice: 'draws each move with the same chance and remembers nothing.',
    guesser: 'looks for patterns in your last moves and plays against the next one.',
  },
  change: 'Change',
  reset: 'Start over',
  habits: 'Your habits',
  noHabits: 'Play, and see here what you choose most.',
  habit: (action, count, percent) => `${action} ${count} (${percent} %)`,
  duel: {
    title: 'Live duel',
    open: 'Open a room',
    openHint: 'Send the link of the room to somebody: best of three, live.',
    invite: 'Send this link to your opponent:',
    needsScript: 'A live duel needs JavaScript. Against the computer you can play without.',
    rematch: 'Rematch',
    leave: 'Leave the duel',
    watch: 'Only watch',
    proof: 'Sealed moves',
    proofHint:
      'Each browser sends the hash (SHA-256) of its move first. Moves are shown once both hashes are there, and checked against them by your browser.',
    live: {
      players: ['Player 1', 'Player 2'],
      waiting: 'Waiting for an opponent.',
      choose: 'Your move.',
      committed: 'Your move is sealed. Waiting for the other.',
      choosing: 'The other has sealed a move. Yours?',
      revealing: 'Both moves are sealed: open!',
      away: 'away, back within 30 seconds or out',
      reconnecting: 'Connection lost. Trying again.',
      insecure: 'A live duel needs https, or this computer itself as the server.',
      wins: 'The match goes to:',
      cheated: 'showed another move than was sealed, which is cheating.',
      left: 'left the duel.',
      silent: 'did not show the sealed move.',
      rematchAsked: 'A rematch is asked for.',
      verified: '✓ shown as sealed',
      forged: '✗ not what was sealed',
      watchers: 'Watching:',
      watching: 'You are watching.',
    },
  },
  leaderboard: {
    title: 'Leaderboard',
    place: 'Your place',
    week: 'This week',
    ever: 'Of all time',
    duels: 'Live duels',
    rank: (rank, points) => `No. ${rank} (${points})`,
    points: (points) => (points === 1 ? '1 point' : `${points} points`),
    loading: 'On its way…',
    failed: 'Not there at the moment.',
    nobody: 'Nobody has points yet.',
    noDuels: 'No duel to watch at the moment.',
    whole: 'Show the whole page',
  },
  score: 'Score',
  wins: 'Wins',
  losses: 'Losses',
  draws: 'Draws',
  streak: 'Streak',
  bestStreak: 'Best streak',
  history: 'Last ten rounds',
  noHistory: 'Nothing played yet.',
  versus: 'against',
  avatar: 'Avatar',
  yourAvatar: 'Your avatar',
  chooseImage: 'Choose an image',
  upload: 'Upload',
  uploading: 'Uploading',
  avatarSaved: 'Your avatar is saved.',
  removeAvatar: 'Remove the avatar',
  avatarOf: (name) => `Avatar of ${name}`,
  profile: {
    title: 'Profile',
    name: 'Your name for others',
    nameHint: 'With a name you have a public profile, and your results count on the leaderboard.',
    save: 'Save the name',
    saved: 'Your name is saved.',
    show: 'Your public profile',
    since: (day) => `Plays since ${day}`,
    points: 'Points',
    pointsThisWeek: 'Points this week',
    rounds: 'Rounds',
    roundsWon: 'Rounds won',
    duels: 'Duels',
    duelsWon: 'Duels won',
    howPoints: 'A round won against the computer is one point, a live duel won is five.',
  },
  avatarHint: (limit) => `PNG, JPEG, WebP or GIF, at most ${limit}.`,
  playForPoints: 'Play for points',
  back: 'Back to the game',
  noAnswer: 'The game did not answer. Is the connection up?',
  errors: {
    heading: (status) => (status === 404 ? 'Nothing here' : 'That did not work'),
    unknownAction: (given, allowed) =>
      given === undefined
        ? `No action was given. Allowed: ${allowed}`
        : `Unknown action ${given}. Allowed: ${allowed}`,
    unknownLanguage: (given, allowed) =>
      given === undefined
        ? `No language was given. Allowed: ${allowed}`
        : `Unknown language ${given}. Allowed: ${allowed}`,
    unknownOpponent: (given, allowed) =>
      given === undefined
        ? `No opponent was given. Allowed: ${allowed}`
        : `Unknown opponent ${given}. Allowed: ${allowed}`,
    profilesFull: 'There is no room for another name at the moment.',
    nameRefused: (length) => `A name has 1 to ${length} characters that can be seen.`,
    duelsFull: 'All rooms are taken. Please try again in a minute.',
    noImage: 'No image was chosen.',
    notAnImage: (allowed) => `This file is not an image that can be shown. Allowed: ${allowed}`,
    tooLarge: (limit) => `This file is too large. Allowed: at most ${limit}`,
    bodyTooLarge: 'This request is larger than the game reads.',
    wrongHost: 'The game does not answer by this name.',
    tooMany: 'That was too much at once. Please wait a minute.',
    forbidden: 'This request did not come from the page of the game. Open it again and retry.',
    notFound: 'There is no such page.',
    notAcceptable: 'This can be had as text/html, application/json or text/plain.',
    badRequest: 'The request could not be understood.',
    unexpected: 'Something went wrong on our side. Please try again.',
  },
}

export const CHINESE: Messages = {
  tag: 'zh',
  title: '石头剪刀布',
  language: '语言',
  languages: { en: 'English', zh: '中文' },
  api: {
    title: '给程序使用',
    lead: '请求带上 Accept: application/json，游戏的每个地址都会回答 JSON。供工具使用的描述：',
    document: 'OpenAPI 文档',
    errors:
      '被拒绝的请求会得到问题详情（RFC 9457）：application/problem+json，含 status、code、detail，有可选项时还含 allowed。',
    socket: '实时对决通过房间地址上的 WebSocket 进行；消息类型见 src/server/duel/view.ts。',
    asked: '请求',
    answered: '回答',
    operations: {
      home: '当前会话的战绩、对手、习惯、头像和资料',
      playOnce: '不计分的一局；不读取也不设置 Cookie',
      play: '计入当前会话战绩的一局',
      chooseOpponent: '选择对手',
      reset: '战绩和习惯重新开始',
      chooseName: '取名；第一次取名后就有公开资料',
      player: '玩家的公开资料',
      leaderboard: '本周榜、总榜、正在进行的对决和当前会话的名次',
      openDuel: '开一个实时对决的房间',
      duel: '对决的公开状态',
      changeAvatar: '上传当前会话的头像',
      removeAvatar: '删除当前会话的头像',
      chooseLanguage: '用 Cookie 记住语言',
    },
  },
  pages: '页面',
  lead: '三种出法，一个看不见你出什么的对手。',
  actions: { rock: '石头', paper: '布', scissors: '剪刀' },
  outcomes: { win: '你赢了', lose: '你输了', draw: '平局' },
  results: { win: '胜', lose: '负', draw: '平' },
  victories: { rock: '石头砸坏剪刀', paper: '布包住石头', scissors: '剪刀剪开布' },
  tie: (action) => `双方都出了${action}`,
  you: '你',
  computer: '电脑',
  choose: '请出手',
  keys: '用键盘：按 R（石头）、P（布）、S（剪刀），或用方向键选择后按回车。',
  tooFast: '太快了：已有三次出手在等待，这一次不算。',
  waiting: '等待出手：',
  opponent: '对手',
  opponents: { dice: '公平骰子', guesser: '猜测者' },
  opponentHints: {
    dice: '每种出法机会相同，什么也不记。',
    guesser: '在你最近的出法里找规律，专门克制你的下一手。',
  },
  change: '更换',
  reset: '重新开始',
  habits: '你的习惯',
  noHabits: '出手之后，这里会显示你最常出什么。',
  habit: (action, count, percent) => `${action} ${count} 次（${percent}%）`,
  duel: {
    title: '实时对决',
    open: '开一个房间',
    openHint: '把房间链接发给对方：三局两胜，实时进行。',
    invite: '把这个链接发给对手：',
    needsScript: '实时对决需要 JavaScript。和电脑对战则不需要。',
    rematch: '再来一场',
    leave: '离开对决',
    watch: '只观战',
    proof: '封好的出法',
    proofHint:
      '浏览器先发送出法的哈希值（SHA-256）。双方哈希到齐后才公开出法，并由你的浏览器核对。',
    live: {
      players: ['玩家一', '玩家二'],
      waiting: '正在等待对手。',
      choose: '请出手。',
      committed: '你已封好出法，等待对方。',
      choosing: '对方已封好出法，请出手。',
      revealing: '双方都已封好：揭晓！',
      away: '暂时离开，30 秒内不回来就算退出',
      reconnecting: '连接中断，正在重试。',
      insecure: '实时对决需要 https，或者服务器就在本机。',
      wins: '本场胜者：',
      cheated: '公开的出法与封好的不同，属于作弊。',
      left: '离开了对决。',
      silent: '没有公开封好的出法。',
      rematchAsked: '有人想再来一场。',
      verified: '✓ 与封好的一致',
      forged: '✗ 与封好的不一致',
      watchers: '观战人数：',
      watching: '你正在观战。',
    },
  },
  leaderboard: {
    title: '排行榜',
    place: '你的名次',
    week: '本周',
    ever: '总榜',
    duels: '正在进行的对决',
    rank: (rank, points) => `第 ${rank} 名（${points} 分）`,
    points: (points) => `${points} 分`,
    loading: '正在加载……',
    failed: '暂时无法显示。',
    nobody: '还没有人得分。',
    noDuels: '目前没有可观看的对决。',
    whole: '显示完整页面',
  },
  score: '战绩',
  wins: '胜',
  losses: '负',
  draws: '平',
  streak: '连胜',
  bestStreak: '最高连胜',
  history: '最近十局',
  noHistory: '还没有开始。',
  versus: '对',
  avatar: '头像',
  yourAvatar: '你的头像',
  chooseImage: '选择图片',
  upload: '上传',
  uploading: '正在上传',
  avatarSaved: '头像已保存。',
  removeAvatar: '删除头像',
  avatarOf: (name) => `${name} 的头像`,
  profile: {
    title: '个人资料',
    name: '你的公开名字',
    nameHint: '有了名字，你就有公开的个人资料，战绩也会计入排行榜。',
    save: '保存名字',
    saved: '名字已保存。',
    show: '你的公开资料',
    since: (day) => `${day} 起开始玩`,
    points: '积分',
    pointsThisWeek: '本周积分',
    rounds: '局数',
    roundsWon: '胜局',
    duels: '对决',
    duelsWon: '对决获胜',
    howPoints: '胜电脑一局得一分，赢一场实时对决得五分。',
  },
  avatarHint: (limit) => `支持 PNG、JPEG、WebP、GIF，不超过 ${limit}。`,
  playForPoints: '开始计分',
  back: '返回游戏',
  noAnswer: '没有收到回应，请检查网络连接。',
  errors: {
    heading: (status) => (status === 404 ? '页面不存在' : '操作没有成功'),
    unknownAction: (given, allowed) =>
      given === undefined
        ? `没有指定出法。可选：${allowed}`
        : `未知的出法 ${given}。可选：${allowed}`,
    unknownLanguage: (given, allowed) =>
      given === undefined
        ? `没有指定语言。可选：${allowed}`
        : `未知的语言 ${given}。可选：${allowed}`,
    unknownOpponent: (given, allowed) =>
      given === undefined
        ? `没有指定对手。可选：${allowed}`
        : `未知的对手 ${given}。可选：${allowed}`,
    profilesFull: '目前无法再添加名字。',
    nameRefused: (length) => `名字须为 1 到 ${length} 个可见字符。`,
    duelsFull: '房间已满，请过一会儿再试。',
    noImage: '没有选择图片。',
    notAnImage: (allowed) => `这个文件不是可以显示的图片。可选：${allowed}`,
    tooLarge: (limit) => `文件太大，不能超过 ${limit}`,
    bodyTooLarge: '请求内容太大。',
    wrongHost: '游戏不使用这个域名。',
    tooMany: '操作太频繁，请等一分钟再试。',
    forbidden: '这个请求不是从游戏页面发出的，请重新打开页面再试。',
    notFound: '没有这个页面。',
    notAcceptable: '可提供的格式：text/html、application/json、text/plain。',
    badRequest: '无法理解这个请求。',
    unexpected: '服务器出了问题，请再试一次。',
  },
}

export const MESSAGES: Readonly<Record<Language, Messages>> = { en: ENGLISH, zh: CHINESE }
