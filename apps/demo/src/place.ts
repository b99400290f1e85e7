/** Where the data of sessions lives. */
export type Place = keyof typeof words;

const words = {
  cookie: "in the cookie",
  memory: "in memory",
  file: "in files",
  sqlite: "in SQLite",
  redis: "in Redis",
  postgres: "in PostgreSQL",
  mysql: "in MySQL",
};

/** Like `in memory`, for a sentence. */
export function placeInWords(place: Place): string {
  return words[place];
}
