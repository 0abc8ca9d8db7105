# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install script is needed: `prepare` is run below by name, and Prisma's own would look for an engine we don't use.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json prisma.config.ts ./
COPY prisma prisma
COPY scripts scripts
COPY moderation moderation
COPY adapters adapters
COPY src src
# Postgres keeps some files of the empty database to its owner, who is root here; the service copies them as `node`.
RUN npm run generate && npm run build && chmod -R a+rX dist
# Prisma's command line is an optional peer of its client: 250 MB unless optional packages are left out, and sharp, which
# looks at pictures, is one of them: put by and put back. Then go the query compilers for databases we don't use, and what
# only people and compilers read.
RUN mkdir /sharp && (cd node_modules && cp -r --parents sharp @img detect-libc semver /sharp) \
  && npm ci --omit=dev --omit=optional --ignore-scripts \
  && cp -rn /sharp/. node_modules/ \
  && node -e "import('sharp')" \
  && find node_modules -regextype posix-extended -type f \
       -regex '.*/@prisma/client/runtime/.*\.(cockroachdb|mysql|sqlite|sqlserver)\..*|.*\.(map|ts|mts|cts)' -delete

FROM node:24-bookworm-slim
# The service never installs anything, so nothing here should be able to.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
  && install -d -o node -g node -m 700 /data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/prisma prisma
COPY --from=build /app/dist dist
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/cli.js"]
CMD ["start"]
