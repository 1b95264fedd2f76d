/**
 * Checks tags that are about to be joined by commas, in a form or in a query: a comma inside one would silently become
 * two tags. Everything else about tags is the server's to judge.
 *
 * @throws TypeError for a tag with a comma
 */
export function tagList(tags: readonly string[]): readonly string[] {
  const broken = tags.find((tag) => tag.includes(','));
  if (broken !== undefined) throw new TypeError(`The tag "${broken}" has a comma in it: tags are separated by commas.`);
  return tags;
}
