/** A content that cannot be read, because of what it is; the message is for its owner. */
export class Unreadable extends Error {}
