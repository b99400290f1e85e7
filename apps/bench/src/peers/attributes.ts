/** The attributes that every library's cookie gets, as ours has by default. */
export const attributes = { path: "/", httpOnly: true, secure: true, sameSite: "lax" } as const;
