/** Texts of octets that mean something to a parser of HTTP/1.1, and some that do not. */
export const FRAGMENTS: readonly string[] = [
  ...["\r\n", "\r", "\n", "\r\n\r\n", " ", "\t", ":", ";", ",", "=", '"', "\\", "%", "/", "\0"],
  ...["0", "1", "5", "a", "f", "F", "\x7f", "\xe9", "chunked", "close", "HTTP/1.1", "HTTP/1.0"],
  ...["Host: a\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"],
  ...["Expect: 100-continue\r\n", "Connection: close\r\n", "GET / HTTP/1.1\r\n", "x: y\r\n"],
];
