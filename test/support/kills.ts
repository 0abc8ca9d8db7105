/**
 * How often something is killed: as often as said here, or KILLS times that. What a kill breaks it breaks now and then, so
 * whoever changed what is kept on the disk kills more often than everybody's patience allows every day.
 */
export const kills = (usual: number): number => Math.max(1, Math.round(usual * Number(process.env['KILLS'] ?? 1)))
