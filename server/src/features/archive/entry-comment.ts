/** Which document an entry is. */
export interface EntryOrigin {
  readonly document_id: string;
  readonly version: number;
  readonly checksum_sha256: string;
}

/** What an entry's comment says in an archive of any format, as the contract has it. */
export function entryComment({ document_id, version, checksum_sha256 }: EntryOrigin): string {
  return `document_id=${document_id} version=${version} checksum_sha256=${checksum_sha256}`;
}
