# The server in a container. Build: docker build -t document-sync .   Run: see compose.yaml
ARG NODE_VERSION=20

# What the server needs to run. The full image brings the compiler that better-sqlite3 may need.
FROM node:${NODE_VERSION}-bookworm AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY server/package.json server/
COPY cli/package.json cli/
RUN npm ci --omit=dev --workspace=server --no-audit --no-fund && mkdir -p server/node_modules

# The compiled server. Compiling TypeScript takes no native package, so no install script has to run.
FROM node:${NODE_VERSION}-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY server/package.json server/
COPY cli/package.json cli/
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.json openapi.yaml ./
COPY sdk sdk
COPY server server
RUN npx tsc -b server && find server/dist/src -name '*.test.*' -delete

FROM node:${NODE_VERSION}-bookworm-slim
# For the port to be reached from outside, the server listens on all addresses of the container: it asks for keys.
ENV NODE_ENV=production \
    DOCUMENT_SERVER_AUTH=keys \
    DOCUMENT_SERVER_HOST=0.0.0.0 \
    DOCUMENT_STORAGE_DIR=/data
# A fresh volume takes over the owner of the folder that it covers.
RUN mkdir /data && chown node:node /data
VOLUME /data
WORKDIR /app
COPY LICENSE openapi.yaml ./
COPY server/package.json server/
COPY --from=packages /app/node_modules node_modules
COPY --from=packages /app/server/node_modules server/node_modules
COPY --from=build /app/server/dist/src server/dist/src
USER node
EXPOSE 8766
# The server handles its signals itself and starts no processes, so it can be process 1 without an init.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --start-interval=1s \
  CMD ["node", "-e", "const { DOCUMENT_SERVER_PORT: port, DOCUMENT_TLS_CERT: cert } = process.env; require(cert ? 'https' : 'http').get({ host: '127.0.0.1', port: port || 8766, path: '/health', rejectUnauthorized: false }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
CMD ["node", "server/dist/src/main.js"]
