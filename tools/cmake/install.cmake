# What `cmake --install` takes: the library with its public headers and its CMake package, and the
# command. The rooms below the engine come along as libraries, without their headers.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/salvo)

install(TARGETS salvo_engine EXPORT salvoTargets ARCHIVE FILE_SET HEADERS)
install(TARGETS salvo_pdu salvo_ratelimit salvo_io EXPORT salvoTargets ARCHIVE)
install(EXPORT salvoTargets NAMESPACE salvo:: DESTINATION ${package_folder})

configure_package_config_file(tools/cmake/salvoConfig.cmake.in salvoConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
# Before 1.0 the API may change with every minor version.
write_basic_package_version_file(salvoConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/salvoConfig.cmake ${PROJECT_BINARY_DIR}/salvoConfigVersion.cmake
        DESTINATION ${package_folder})

if(SALVO_BUILD_TOOLS)
  install(TARGETS salvo RUNTIME)
endif()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
