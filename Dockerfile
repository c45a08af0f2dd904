# Dynamill in a container:
#
#   docker build -t dynamill .
#   docker run -p 8000:8000 -v dynamill:/data dynamill

FROM debian:12 AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      build-essential cmake ninja-build ccache pkg-config lld \
      libboost1.81-dev librocksdb-dev nlohmann-json3-dev libspdlog-dev libsimdjson-dev \
      libssl-dev zlib1g-dev libzip-dev python3
WORKDIR /source
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY storage storage
COPY engine engine
COPY mapping mapping
COPY api api
COPY server server
RUN cmake --preset release -DDYNAMILL_TESTS=OFF \
    && cmake --build build --target dynamill \
    && strip build/dynamill

FROM debian:12-slim
# The libraries of the program, and python3 and curl: Python handlers and shell handlers run, and the
# health check has something to ask with. Node handlers need Node.js, which is as large as all the
# rest together: add `nodejs` to the line below, or build on this image with the Node.js you use.
RUN apt-get update && apt-get install -y --no-install-recommends \
      librocksdb7.8 libspdlog1.10 libsimdjson14 libssl3 zlib1g libzip4 python3 curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 dynamill \
    && install -d -o dynamill /data
COPY --from=build /source/build/dynamill /usr/local/bin/dynamill
USER dynamill
WORKDIR /home/dynamill
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=2s --start-period=5s \
  CMD curl -fsS http://127.0.0.1:8000/_dynamill/health || exit 1
# SIGTERM, as `docker stop` sends it, ends the program in order.
ENTRYPOINT ["dynamill"]
CMD ["serve", "--host", "0.0.0.0", "--data-dir", "/data"]
