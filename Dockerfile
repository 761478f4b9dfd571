# The worker. One image for every installation: configuration and secrets are mounted, see docker-compose.yml.

FROM node:24.21.0-bookworm-slim@sha256:2fe369e969550cde8e867afc3fe370b260140cab4a23d467074295b42163d553 AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY src ./src
# Once here, and not at each start: a worker that comes back is at work a second sooner.
RUN node src/service/bundle.ts build/workflows.cjs

FROM node:24.21.0-bookworm-slim@sha256:2fe369e969550cde8e867afc3fe370b260140cab4a23d467074295b42163d553
# node:sqlite, which a store on PostgreSQL does not use, is loaded all the same and warns.
ENV NODE_ENV=production NODE_OPTIONS=--disable-warning=ExperimentalWarning
WORKDIR /app
COPY --from=build /app ./
USER node
# Temporal is asked whether this very container has polled for tasks of late.
HEALTHCHECK --interval=30s --timeout=20s --start-period=60s --retries=3 \
  CMD ["node", "src/health.ts", "--config", "/etc/migrator/migrator.yaml"]
# No shell before it: SIGTERM reaches the worker, which ends what it has begun.
CMD ["node", "src/worker.ts", "--config", "/etc/migrator/migrator.yaml", "--bundle", "build/workflows.cjs"]
